"""The services of the mall; they never import each other and talk by events only."""
