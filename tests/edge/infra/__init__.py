"""The Pulumi program, built with mocks: no account, no network."""
