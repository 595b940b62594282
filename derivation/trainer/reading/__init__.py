"""What the trainer reads off theorems: loss, gradients, predictors, by their structure."""
