"""From a snapshot to a PDF that people read on paper, on a screen, or with a program that speaks it (PDF/UA-1)."""
