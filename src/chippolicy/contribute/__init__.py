"""Contributing data: begin a folder, mend it, see what it changes, merge it into a package.

Everything here works on tables of raw text: what a cell means is the validator's business.
"""
