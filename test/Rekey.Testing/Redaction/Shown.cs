using System.Text;

namespace Rekey.Testing.Redaction;

/// <summary>A value as somebody shows it, between what it shares a writing with. Only the middle must not be seen.</summary>
public readonly record struct Shown(string Before, string Value, string After)
{
    public string Text => Before + Value + After;

    public Shown By(Encoder encoder) => new(encoder.Write(Before), encoder.Write(Value), encoder.Write(After));

    /// <summary>Wrapped into lines.</summary>
    public Shown Wrapped(int width, string newLine)
    {
        var at = 0;
        string Part(string text)
        {
            var wrapped = new StringBuilder();
            foreach (var c in text)
            {
                if (at > 0 && at % width == 0)
                    wrapped.Append(newLine);
                wrapped.Append(c);
                at++;
            }
            return wrapped.ToString();
        }
        return new Shown(Part(Before), Part(Value), Part(After));
    }
}
