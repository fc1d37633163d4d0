using System.Text.RegularExpressions;

namespace Rekey.Aws.Profiles;

/// <summary>
/// Reads the INI dialect of the AWS CLI: <c>=</c> or <c>:</c>, comments on lines of their own, and a line that stands deeper than its
/// key goes on with the key's text. Where the CLI would refuse the whole file, the line is reported and the rest is read.
/// </summary>
internal sealed partial class IniReader(string file, List<string> problems)
{
    private const string Defaults = "DEFAULT";
    private const string Refusal = "the AWS CLI refuses the whole file";

    private readonly List<KeyValuePair<string, AwsSection>> _sections = [];
    private readonly Dictionary<string, AwsSection> _byName = new(StringComparer.Ordinal);
    private AwsSection? _section;
    private string? _name;
    private string? _key;
    private List<string> _text = [];
    private int _indent;

    /// <summary>The sections in their order. What stands under <c>[DEFAULT]</c>, in capitals, counts in each of them.</summary>
    public IReadOnlyList<KeyValuePair<string, AwsSection>> Read(string content)
    {
        var number = 0;
        foreach (var line in content.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n', '\r'))
            Take(line, ++number);
        EndKey();
        if (!_byName.TryGetValue(Defaults, out var defaults))
            return _sections;
        return [.. _sections.Where(static s => s.Key != Defaults).Select(s => KeyValuePair.Create(s.Key, defaults.With(s.Value)))];
    }

    private void Take(string line, int number)
    {
        var text = line.Trim();
        if (text is ['#' or ';', ..])
            return;
        if (text.Length == 0)
        {
            _text.Add("");
            return;
        }
        var indent = line.Length - line.TrimStart().Length;
        if (_key is not null && indent > _indent)
        {
            if (_text is ["", ..] && !text.Contains('='))
                Report(number, $"the block of {_key} holds a line that is no 'key = value'; {Refusal}");
            _text.Add(text);
            return;
        }
        _indent = indent;
        EndKey();
        if (Header().Match(text) is { Success: true } header)
            Begin(header.Groups[1].Value, number);
        else if (text.IndexOfAny(['=', ':']) is > 0 and var end)
            BeginKey(text[..end].TrimEnd().ToLowerInvariant(), text[(end + 1)..].TrimStart(), number);
        else
            Report(number, $"neither a section nor a key with a value; {Refusal}");
    }

    private void Begin(string name, int number)
    {
        _name = name;
        if (_byName.TryGetValue(name, out _section))
        {
            if (name != Defaults)
                Report(number, $"[{name}] is there twice, and the later keys count; {Refusal}");
            return;
        }
        _byName[name] = _section = new AwsSection();
        _sections.Add(new(name, _section));
    }

    private void BeginKey(string key, string value, int number)
    {
        if (_section is null)
        {
            Report(number, $"{key} stands before every section; {Refusal}");
            return;
        }
        if (_section.Has(key))
            Report(number, $"{key} is there twice in [{_name}], and the later one counts; {Refusal}");
        _section.Set(key, "");
        _key = key;
        _text = [value];
    }

    private void EndKey()
    {
        if (_key is not null)
            _section!.Set(_key, string.Join('\n', _text).TrimEnd());
        _key = null;
        _text = [];
    }

    private void Report(int line, string problem) => problems.Add($"{file}, line {line}: {problem}.");

    // Whatever follows the last bracket is not looked at.
    [GeneratedRegex(@"^\[(.+)\]")]
    private static partial Regex Header();
}
