"""The embedded newsroom: a small news web on loopback that the demo and the tests crawl for real."""
