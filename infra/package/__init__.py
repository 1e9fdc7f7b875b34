"""`make package`: the zip of the Lambda function and the layer with git, for both processors.

Build code with the standard library alone; `python -m infra.package --help` says what it can do.
"""
