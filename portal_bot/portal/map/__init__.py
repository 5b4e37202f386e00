"""The portal map: how to find each control."""
