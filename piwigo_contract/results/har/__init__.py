"""The exchanges of a run as an HTTP Archive (HAR 1.2): every secret replaced, memory flat however many there are."""
