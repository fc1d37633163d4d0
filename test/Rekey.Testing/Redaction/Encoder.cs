namespace Rekey.Testing.Redaction;

/// <summary>A way to write a text down inside another: an escape, or several around each other.</summary>
public sealed record Encoder(string Name, Func<string, string> Write)
{
    /// <summary>This one, and its result written by another.</summary>
    public Encoder Within(Encoder outer) => new($"{Name} > {outer.Name}", text => outer.Write(Write(text)));
}
