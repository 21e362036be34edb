"""Latent diffusion in small: from the Generate button to pixels, under the names of stable-diffusion-webui 1.10.1.

``modules`` mirrors webui, ``ldm`` Stability-AI/stablediffusion at cf1d67a6, ``k_diffusion`` crowsonkb/k-diffusion.
"""
