using System.Text;

namespace Rekey.Aws.Profiles;

/// <summary>One reading of the AWS files as the AWS CLI understands them. What cannot be read is a problem, never an exception.</summary>
public sealed class AwsConfiguration
{
    private const int MaxBytes = 1 << 20;
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<string, AwsSection> _profiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AwsSection> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, AwsSection> _services = new(StringComparer.Ordinal);
    private readonly List<string> _problems = [];

    private AwsConfiguration(AwsFiles files)
    {
        Files = files;
        foreach (var (name, section) in Read(files.Config))
            Sort(name, section);
        // In this file a section is named like its profile, and its keys count more.
        foreach (var (name, section) in Read(files.Credentials))
            _profiles[name] = _profiles.TryGetValue(name, out var configured) ? configured.With(section) : section;
    }

    /// <summary>What was read.</summary>
    public AwsFiles Files { get; }

    /// <summary>The profiles of both files.</summary>
    public IReadOnlyList<string> ProfileNames => [.. _profiles.Keys];

    /// <summary>The names of the <c>sso-session</c> sections.</summary>
    public IReadOnlyList<string> SessionNames => [.. _sessions.Keys];

    /// <summary>What is wrong with the files: each with file, line and key, and never a value.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Reads the files. A file that does not exist is empty.</summary>
    public static AwsConfiguration Read(AwsFiles files) => new(files);

    /// <summary>The profile; null when neither file has it.</summary>
    public AwsProfile? Profile(string name) => _profiles.TryGetValue(name, out var section) ? new AwsProfile(name, section) : null;

    /// <summary>The keys of an <c>sso-session</c> section; null when there is none of that name.</summary>
    public AwsSection? Session(string name) => _sessions.GetValueOrDefault(name);

    /// <summary>The keys of a <c>services</c> section; null when there is none of that name.</summary>
    public AwsSection? Services(string name) => _services.GetValueOrDefault(name);

    private void Sort(string title, AwsSection section)
    {
        if (title == "default")
            _profiles[title] = section;
        // Other sections belong to other tools.
        if (!title.StartsWith("profile", StringComparison.Ordinal) && !title.StartsWith("sso-session", StringComparison.Ordinal)
            && !title.StartsWith("services", StringComparison.Ordinal))
            return;
        if (ShellWords.Of(title) is not [var kind, var name])
        {
            _problems.Add($"{Files.Config}: [{title}] names nothing: it needs one name behind its first word, in quotes if it has blanks.");
            return;
        }
        var sections = kind switch { "profile" => _profiles, "sso-session" => _sessions, "services" => _services, _ => null };
        if (sections is not null)
            sections[name] = section;
    }

    private IReadOnlyList<KeyValuePair<string, AwsSection>> Read(string path) =>
        Text(path) is { } text ? new IniReader(path, _problems).Read(text) : [];

    private string? Text(string path)
    {
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new byte[MaxBytes + 1];
            var count = 0;
            while (count < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(count), count) is > 0 and var read)
                count += read;
            if (count <= MaxBytes)
                return Decode(path, bytes.AsSpan(0, count));
            _problems.Add($"{path}: it is larger than {MaxBytes} bytes and was not read.");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Many a user has only one of the two, or none.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            _problems.Add($"{path}: it cannot be read ({e.GetType().Name}).");
        }
        return null;
    }

    private string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.UTF8.Preamble))
        {
            _problems.Add($"{path}: it begins with a byte order mark; the AWS CLI refuses the whole file.");
            bytes = bytes[3..];
        }
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            _problems.Add($"{path}: it is not UTF-8 throughout; the AWS CLI refuses the whole file.");
            return Encoding.UTF8.GetString(bytes);
        }
    }
}
