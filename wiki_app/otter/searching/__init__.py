"""The wiki's search page: by words and meaning, by exact words, by regular expression."""
