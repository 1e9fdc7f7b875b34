"""What each part of the stack has in common: its place in the tree, and the tags of everything below it."""

import pulumi


class Component(pulumi.ComponentResource):
    """A part of the stack. Its resources are made with `self.own`, so that they stand below it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(f"wikibot:infra:{type(self).__name__}", name, None, opts)
        self.own = pulumi.ResourceOptions(parent=self)

    def after(self, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
        """Options for a resource that has to wait for others without naming them."""
        return pulumi.ResourceOptions(parent=self, depends_on=list(resources))

    def kept(self) -> pulumi.ResourceOptions:
        """Options for what holds people's texts: Pulumi does not delete it while it is protected."""
        return pulumi.ResourceOptions(parent=self, protect=True)
