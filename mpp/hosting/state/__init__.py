"""How each part of the mall is, in words, with what to do: for an operator's page and for `mpp doctor`."""
