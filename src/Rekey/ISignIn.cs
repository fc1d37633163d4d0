namespace Rekey;

/// <summary>A source at which a human can sign in.</summary>
public interface ISignIn
{
    /// <summary>Carries one sign-in through.</summary>
    Task SignInAsync(SignInRequest request, CancellationToken cancellationToken);
}

/// <summary>How a sign-in reaches its human.</summary>
/// <param name="Show">Called when there is something for the human to open.</param>
/// <param name="OpensPage">Whether the source opens the page itself where it can; false when whoever asked brings the human there.</param>
public sealed record SignInRequest(Action<SignInPrompt> Show, bool OpensPage = true);

/// <summary>What a human needs in order to sign in.</summary>
/// <param name="Url">Where to go.</param>
/// <param name="UserCode">What to type or compare there.</param>
/// <param name="ExpiresAt">When the offer ends.</param>
public sealed record SignInPrompt(Uri Url, string? UserCode, DateTimeOffset? ExpiresAt)
{
    /// <summary>Whether a browser of this machine shows the page already.</summary>
    public bool IsOpened { get; init; }
}
