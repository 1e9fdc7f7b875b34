"""What `pulumi up` runs: reads the stack's configuration, builds the stack, exports its outputs."""

import sys
from pathlib import Path

import pulumi

# Pulumi runs this folder as a program; the modules are those of the package `infra`.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from infra.configuration import read_configuration
from infra.stack import Stack, StackArgs

configuration = read_configuration(pulumi.Config(), pulumi.get_stack(), pulumi.runtime.get_config_env())
for name, value in Stack(configuration.name, StackArgs(configuration)).results.items():
    pulumi.export(name, value)
