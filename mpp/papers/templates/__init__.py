"""The templates of the mall, in Typst, and how the one for a paper is found: the region's own first, then these."""
