"""Reads a digit off a picture: a support vector machine that never saw a picture of the diffusion model.

scikit-learn's digits are 8 x 8 in 17 greys; pictures of any size are averaged down to that. It judges whether prompts
are obeyed, and serves the safety check.
"""

from __future__ import annotations

import functools

import torch


class DigitReader:
    """Trained on the digits that come with scikit-learn, in a fraction of a second."""

    def __init__(self) -> None:
        from sklearn.datasets import load_digits
        from sklearn.svm import SVC

        digits = load_digits()
        self._classifier = SVC(gamma=0.001, C=10.0).fit(digits.data, digits.target)

    def read(self, pictures: torch.Tensor) -> list[int]:
        """The digit on each picture (batch x 1 or 3 x height x width, [0, 1], light on dark)."""
        grey = pictures.float().cpu().mean(dim=1, keepdim=True)
        small = torch.nn.functional.adaptive_avg_pool2d(grey, (8, 8))
        return [int(digit) for digit in self._classifier.predict((small * 16.0).flatten(1).numpy())]


@functools.cache
def reader() -> DigitReader:
    return DigitReader()
