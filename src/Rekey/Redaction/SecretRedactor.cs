using System.Buffers;
using System.Text;
using Rekey.Redaction.Matching;
using Rekey.Redaction.Patterns;

namespace Rekey.Redaction;

/// <summary>
/// Knows every secret of this process and hides it in what leaves. A value stays known for the life of the process, so that
/// what was rotated away stays hidden. Reading takes no lock and, in clean text, no memory.
/// </summary>
public sealed class SecretRedactor : ISecretRegistry
{
    /// <summary>From this many characters on a value is hidden anywhere; a shorter one only where it stands alone.</summary>
    public const int ShortestAnywhere = 8;

    private const int MostPasses = 8;

    // Every text has them. Whoever has one of them for a password is told so, by name.
    private static readonly HashSet<string> OrdinaryWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "password", "passwd", "secret", "token", "user", "username", "admin", "root", "test", "default", "example", "public", "none", "undefined", "yes", "no",
        "localhost", "127.0.0.1", "postgres", "postgresql", "mysql", "sqlserver", "redis", "mongodb", "database",
    };

    private static readonly byte[] Marker = Encoding.UTF8.GetBytes(Secret.Marker);
    private static readonly string MarkerText = Secret.Marker.Trim('[', ']');
    private static readonly AnchorIndex MarkerIndex = new AnchorIndex().Add(new KnownValue(Encoding.UTF8.GetBytes(MarkerText), isOpaque: false));

    private readonly Lock _gate = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<KnownValue> _values = [];
    private volatile AnchorIndex _anywhere = new();
    private volatile TokenForms _alone = TokenForms.None;
    private volatile string[] _warnings = [];

    internal static ReadOnlySpan<byte> MarkerUtf8 => Marker;

    /// <summary>What cannot be hidden well, by name: <c>orders#pin: too short to be hidden inside longer text</c>.</summary>
    public IReadOnlyList<string> Warnings => _warnings;

    /// <inheritdoc/>
    public void Register(string credential, string field, Secret value)
    {
        var name = $"{credential}#{field}";
        var text = value.Reveal().Trim();
        lock (_gate)
        {
            foreach (var part in SecretParts.Of(text))
                Add_NeedsLock(name, part with { Text = part.Text.Trim() });
        }
    }

    /// <summary>Writes the redacted text. False when there was nothing to hide: nothing is written, and the caller forwards its own bytes.</summary>
    public bool TryRedact(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        if (Redacted(utf8) is not { } redacted)
            return false;
        output.Write(redacted.WrittenSpan);
        return true;
    }

    /// <summary>The text with every secret replaced by the marker; the same instance when there was none.</summary>
    public string Redact(string text)
    {
        var utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        var length = Encoding.UTF8.GetBytes(text, utf8);
        var redacted = Redacted(utf8.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(utf8, clearArray: redacted is not null);
        return redacted is null ? text : Encoding.UTF8.GetString(redacted.WrittenSpan);
    }

    /// <summary>Whether the text carries the marker, plain or encoded: the inward door refuses it, so that it never replaces a real value.</summary>
    public static bool CarriesMarker(string text)
    {
        if (text.Contains(MarkerText, StringComparison.OrdinalIgnoreCase))
            return true;
        var findings = new Findings(Encoding.UTF8.GetBytes(text));
        MarkerIndex.Find(ref findings);
        return findings.Any;
    }

    /// <summary>Whether there is anything to hide.</summary>
    internal bool Finds(ReadOnlySpan<byte> utf8) => Find(utf8).Any;

    /// <summary>Whether there is anything to hide that counts wherever it stands.</summary>
    internal bool FindsAnywhere(ReadOnlySpan<byte> utf8)
    {
        var findings = new Findings(utf8);
        _anywhere.Find(ref findings);
        return findings.Any;
    }

    /// <summary>The values too short to be hidden inside longer text.</summary>
    internal TokenForms Alone => _alone;

    /// <summary>Adds what a stream has to know of the values beyond the first <paramref name="known"/>; answers how many there are now.</summary>
    internal int AddBeginnings(Beginnings beginnings, int known)
    {
        lock (_gate)
        {
            for (; known < _values.Count; known++)
                beginnings.Add(_values[known]);
            return known;
        }
    }

    /// <summary>How many pieces are looked for, and what that holds in memory.</summary>
    internal (int Anchors, int Bytes) Size => (_anywhere.Anchors, _anywhere.Bytes);

    internal Findings Find(ReadOnlySpan<byte> utf8)
    {
        var findings = new Findings(utf8);
        _anywhere.Find(ref findings);
        _alone.Find(ref findings);
        PatternScan.Find(ref findings);
        return findings;
    }

    /// <summary>Hiding one secret can complete another, so it is done until nothing is found; a text that never settles is hidden whole.</summary>
    private ArrayBufferWriter<byte>? Redacted(ReadOnlySpan<byte> utf8)
    {
        ArrayBufferWriter<byte>? redacted = null;
        var findings = Find(utf8);
        for (var pass = 0; findings.Any; pass++)
        {
            redacted = new ArrayBufferWriter<byte>();
            if (pass == MostPasses)
            {
                redacted.Write(MarkerUtf8);
                break;
            }
            findings.WriteTo(redacted);
            findings = Find(redacted.WrittenSpan);
        }
        return redacted;
    }

    private void Add_NeedsLock(string name, SecretPart part)
    {
        var value = part.Text;
        if (Refusal(value) is { } refusal)
            Warn_NeedsLock(name, refusal);
        else if (value.Length < ShortestAnywhere)
            AddAlone_NeedsLock(name, value);
        else if (_known.Add(value))
            AddAnywhere_NeedsLock(new KnownValue(Encoding.UTF8.GetBytes(value), part.IsOpaque, part.IsLine, part.BeginsInPublic));
    }

    private void AddAnywhere_NeedsLock(KnownValue value)
    {
        _anywhere = _anywhere.Add(value);
        _values.Add(value);
    }

    private void AddAlone_NeedsLock(string name, string value)
    {
        Warn_NeedsLock(name, "too short to be hidden inside longer text");
        if (_known.Add(value))
            _alone = _alone.With(Dialects.SpellingsOf(value).Select(Encoding.UTF8.GetBytes));
    }

    private static string? Refusal(string value) => value switch
    {
        "" => "empty, there is nothing to hide",
        Secret.Marker => "the redaction marker itself, not a secret",
        _ when value.ToUpperInvariant() is "TRUE" or "FALSE" or "NULL" => "a literal that every message has, it cannot be hidden",
        _ when OrdinaryWords.Contains(value) => "an ordinary word, it cannot be hidden",
        _ => null,
    };

    private void Warn_NeedsLock(string name, string why)
    {
        var warning = $"{name}: {why}";
        if (!_warnings.Contains(warning))
            _warnings = [.. _warnings, warning];
    }
}
