"""The look of the page: no font and no style comes from outside this machine."""

from pathlib import Path

import gradio as gr

FONT = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif"]
MONO = ["ui-monospace", "Consolas", "DejaVu Sans Mono", "monospace"]


def theme() -> gr.themes.Base:
    """Return the theme."""
    return gr.themes.Base(
        primary_hue=gr.themes.colors.teal,
        neutral_hue=gr.themes.colors.slate,
        text_size=gr.themes.sizes.text_sm,
        spacing_size=gr.themes.sizes.spacing_sm,
        radius_size=gr.themes.sizes.radius_sm,
        font=FONT,
        font_mono=MONO,
    ).set(
        body_text_color_subdued="*neutral_500",
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        block_shadow="none",
    )


def css() -> str:
    """Return the style sheet."""
    return (Path(__file__).parent / "assets" / "chat.css").read_text("utf-8")
