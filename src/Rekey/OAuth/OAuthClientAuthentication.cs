namespace Rekey.OAuth;

/// <summary>How a client proves who it is.</summary>
public enum OAuthClientAuthentication
{
    /// <summary>With a secret <see cref="Basic"/>, unless the server's discovery document admits only <see cref="Post"/>; without one <see cref="None"/>.</summary>
    Auto,

    /// <summary>Id and secret in the <c>Authorization</c> header.</summary>
    Basic,

    /// <summary>Id and secret in the body.</summary>
    Post,

    /// <summary>The id alone: a public client.</summary>
    None,
}
