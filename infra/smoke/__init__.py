"""`make smoke URL=…`: what a deployment asks the wiki last, from outside, as its people and agents will."""
