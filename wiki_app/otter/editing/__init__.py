"""The browser's editor: it knows which revision its text is made from, and loses nothing that was typed."""
