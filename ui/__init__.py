"""SHOW: the Gradio chat renders events and sends decisions."""
