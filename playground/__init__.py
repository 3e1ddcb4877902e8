"""A visual playground for neural networks: pick a network, press Train, watch a real PyTorch training."""

__version__ = "0.1.0"
