"""What every generated trainer runs on: the standard library alone.

The modules here know nothing of a particular loss: what the theorems say comes in as `Formulas`.
The generator writes them into each generated module, so that such a module also works alone,
copied as one file. Therefore all top-level names here are distinct, and nothing is imported from
the rest of the package.

    formulas                     what theorems say, as code
    arguments, evaluate          data and points checked; loss, gradient and prediction at one point
    source, survey               data in blocks of rows, and what all of them have in common
    engine, engines, unbiased    what sums over blocks, which one is taken; predictors without bias
    python_engine, blocks,       the engine in Python: prepared blocks, dot products, fewer rows
      dots, condense               of sums
    c_engine, c_kernel,          the engine in C: built, loaded, its memory
      c_build, c_memory
    objective, heights, rates    the loss with its penalty; its height at a point; a safe rate
    train, settings, order       the course of a training; batches
    centring, divergence         columns far from 0, for Newton's method; trainings that went uphill
    methods, newton, steps,      how a point becomes the next one
      descents, search, schedules
    model_formulas, model_data,  the same for models that are not linear in their parameters
      model_objective,
      model_training, model_result
    separation, problems         data without a minimum; what can go wrong
    checkpoint, result,          files and what is told
      stopping, progress, whole_files
"""
