"""The wiki on AWS, as a Pulumi program: one function behind one HTTP API. docs/infrastructure.md shows the whole."""
