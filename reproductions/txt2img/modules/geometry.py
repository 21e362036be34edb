"""How pixels and latents relate; ``opt_C`` and ``opt_f`` of ``modules.processing``, 4 and 8 there."""

opt_C = 4
"""Channels of a latent."""

opt_f = 4
"""Pixels of a picture's side for one of a latent's: a picture of 16 x 16 has a latent of 4 x 4."""
