"""The verdict matrix: what each judge that knows the tables says of each case of the corpus."""
