"""`dataquarry mcp`."""


def mcp() -> None:
    """Serve search, propose, decide and export to other agents (Model Context Protocol, stdio)."""
    from ..ui.mcp import serve

    serve()
