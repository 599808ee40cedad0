namespace OverlayBridge.Gateway.Http;

/// <summary>A request ends here with this answer: what a handler throws where it finds a request wrong.</summary>
internal sealed class RefusedException : Exception
{
    public RefusedException(int status, string text) : this(Answer.Text(status, text))
    {
    }

    public RefusedException(Answer answer) : base($"Answered {answer.Status}") => Answer = answer;

    public Answer Answer { get; }
}
