"""What the tests stand on: the two databases, the network block, the site served for real, the browser."""
