"""How good the search is: judged questions put to the product's own index. Run by `make eval`."""
