"""Residual networks under the names of torchvision.models.resnet, and the degradation that they are there for."""
