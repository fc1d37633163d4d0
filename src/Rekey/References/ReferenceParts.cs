namespace Rekey.References;

/// <summary>
/// Takes a reference apart. <see cref="Uri"/> is no help: it refuses the colons of ARNs and changes the case of names. What cannot
/// be read is a <see cref="FormatException"/> whose message repeats names of ours only, because the text may be a misplaced secret.
/// </summary>
internal sealed record ReferenceParts(string Scheme, string Path, string? Field, IReadOnlyDictionary<string, string> Options)
{
    public static ReferenceParts Of(string text)
    {
        var colon = text.IndexOf("://", StringComparison.Ordinal);
        if (colon < 0)
            throw new FormatException($"It is no reference: one begins with a scheme ({Known}) and '://'.");
        var scheme = SchemeOf(text[..colon]);
        var rest = text[(colon + 3)..];

        string? field = null;
        if (rest.LastIndexOf('#') is >= 0 and var hash)
        {
            field = Decode(rest[(hash + 1)..], "field");
            if (field.Length == 0)
                throw new FormatException("The field after '#' is empty; a '#' in a name is written %23.");
            rest = rest[..hash];
        }

        IReadOnlyDictionary<string, string> options = NoOptions;
        if (rest.LastIndexOf('?') is >= 0 and var mark)
        {
            options = OptionsOf(scheme, rest[(mark + 1)..]);
            rest = rest[..mark];
        }
        return new ReferenceParts(scheme, PathOf(scheme, rest), field, options);
    }

    private static readonly IReadOnlyDictionary<string, string> NoOptions = new Dictionary<string, string>(0);

    private static string Known => string.Join(", ", ReferenceSchemes.Names);

    private static string SchemeOf(string scheme)
    {
        if (ReferenceSchemes.Names.Contains(scheme))
            return scheme;
        throw new FormatException(ReferenceSchemes.Nearest(scheme) is { } near
            ? $"Its scheme is unknown; '{near}' is near (known are {Known})."
            : $"Its scheme is unknown (known are {Known}).");
    }

    private static string PathOf(string scheme, string encoded)
    {
        var path = Decode(encoded, "path");
        if (path.Length == 0)
            throw new FormatException($"There is no name after '{scheme}://'.");
        if (scheme == "env" && path.Contains('='))
            throw new FormatException("The name of an environment variable has no '='.");
        return scheme == "file" ? FilePathOf(path) : path;
    }

    private static string FilePathOf(string path)
    {
        if (path.StartsWith("./", StringComparison.Ordinal) || path.StartsWith("../", StringComparison.Ordinal) || path.StartsWith(SecretReference.CredentialsDirectory, StringComparison.Ordinal))
            return path;
        if (path[0] != '/')
            throw new FormatException("The path of a file begins with '/' (file:///absolute) or './' (file://./relative).");
        var hasDrive = path.Length > 2 && char.IsAsciiLetter(path[1]) && path[2] == ':';
        return hasDrive ? path[1..] : path;
    }

    private static Dictionary<string, string> OptionsOf(string scheme, string text)
    {
        var known = ReferenceSchemes.OptionsOf(scheme);
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var option in text.Split('&'))
        {
            var (name, value) = option.IndexOf('=') is >= 0 and var equals ? (option[..equals], option[(equals + 1)..]) : (option, "");
            if (!known.Contains(name))
                throw new FormatException(known.Count == 0
                    ? $"'{scheme}' has no options; a '?' in a name is written %3F."
                    : $"An option is unknown ('{scheme}' has {string.Join(", ", known)}); a '?' in a name is written %3F.");
            if (value.Length == 0)
                throw new FormatException($"The option '{name}' has no value.");
            if (!options.TryAdd(name, Decode(value, $"option '{name}'")))
                throw new FormatException($"The option '{name}' is given twice.");
        }
        return options;
    }

    private static string Decode(string encoded, string what)
    {
        if (!PercentEncoding.TryDecode(encoded, out var decoded))
            throw new FormatException($"The {what} has a '%' that encodes nothing; a '%' itself is written %25.");
        if (decoded.Any(char.IsControl))
            throw new FormatException($"The {what} has a control character.");
        return decoded;
    }
}
