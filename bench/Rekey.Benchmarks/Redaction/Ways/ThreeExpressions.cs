using System.Text;
using System.Text.RegularExpressions;

namespace Rekey.Benchmarks.Redaction.Ways;

/// <summary>Three regular expressions for connection strings, one after the other. Knows no values at all.</summary>
internal sealed partial class ThreeExpressions() : Way("three Regex for connection strings")
{
    private string _message = "";

    public override void Load(byte[] message) => _message = Encoding.UTF8.GetString(message);

    public override int Scan()
    {
        var redacted = Postgres().Replace(_message, "postgresql://[REDACTED]");
        redacted = MySql().Replace(redacted, "mysql://[REDACTED]");
        redacted = Redis().Replace(redacted, "redis://[REDACTED]");
        return ReferenceEquals(redacted, _message) ? 0 : 1;
    }

    [GeneratedRegex(@"postgresql://[^@]+@[^\s]+")]
    private static partial Regex Postgres();

    [GeneratedRegex(@"mysql://[^@]+@[^\s]+")]
    private static partial Regex MySql();

    [GeneratedRegex(@"redis://[^@]*@[^\s]+")]
    private static partial Regex Redis();
}
