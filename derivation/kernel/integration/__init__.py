"""Values of definite integrals, each with the conditions under which the integral exists."""
