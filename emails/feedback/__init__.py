"""What mail that comes back tells: pure, bytes in, plain values out."""
