namespace OverlayBridge.Terminal;

/// <summary>The forms a report comes in (<c>--output</c>).</summary>
public enum OutputFormat
{
    Table,
    Json,
    Markdown,
    Html,
}
