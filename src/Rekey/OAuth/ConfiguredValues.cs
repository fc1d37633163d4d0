namespace Rekey.OAuth;

/// <summary>Reads what the operator configured for a session.</summary>
internal static class ConfiguredValues
{
    /// <summary>How an error calls them.</summary>
    public static string Of(OAuthOptions options) => $"What 'from' of '{options.Credential}' names";

    /// <summary>A value, or null; what is there and cannot be used is a problem.</summary>
    public static Secret? Find(SecretDocument configured, string field, List<string> problems)
    {
        if (configured.Field(field) is not { } value)
            return null;
        var problem = value.IsEmpty ? "empty" : value.Reveal().Any(char.IsControl) ? "has line breaks or other control characters in it" : null;
        if (problem is not null)
            problems.Add($"{field}: {problem}");
        return problem is null ? value : null;
    }

    /// <summary>A token, or null. Tokens have no spaces in them.</summary>
    public static Secret? FindToken(SecretDocument configured, string field, List<string> problems)
    {
        var value = Find(configured, field, problems);
        if (value is null || TokenAnswer.IsToken(value.Value.Reveal()))
            return value;
        problems.Add($"{field}: has characters in it that no token has");
        return null;
    }
}
