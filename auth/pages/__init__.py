"""Pages of ours in the browser: plain HTML that works without scripts, and by keyboard."""
