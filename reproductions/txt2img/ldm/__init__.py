"""The model: autoencoder, text encoder, denoising network; mirrors ``ldm`` of Stability-AI/stablediffusion."""
