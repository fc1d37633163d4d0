using System.Buffers;
using System.Text;
using Rekey.Redaction;
using Rekey.Redaction.Patterns;

namespace Rekey.Tests.Redaction.Patterns;

/// <summary>Runs the pattern pass alone, once.</summary>
internal static class PatternTest
{
    public const string M = Secret.Marker;
    public const string Unparseable = "[unparseable connection string]";

    public static string Hide(string text) => Hide(text, out _);

    public static string Hide(string text, out long reread)
    {
        var findings = new Findings(Encoding.UTF8.GetBytes(text));
        PatternScan.Find(ref findings);
        reread = findings.Work;
        var output = new ArrayBufferWriter<byte>(text.Length + 1);
        findings.WriteTo(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
