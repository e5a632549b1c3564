"""Reading and writing files: cells, CSV, encodings."""
