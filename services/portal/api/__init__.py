"""The HTTP interface of the mall as the portal calls it: one port, in process or over the network."""
