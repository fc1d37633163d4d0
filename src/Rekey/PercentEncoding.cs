using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Rekey;

/// <summary>Decodes <c>%XX</c> strictly: what is no encoding of UTF-8 is an error, where <see cref="Uri"/> would let it through.</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        decoded = text;
        if (!text.Contains('%'))
            return true;
        decoded = null;
        try
        {
            var source = Strict.GetBytes(text);
            var target = new List<byte>(source.Length);
            for (var i = 0; i < source.Length; i++)
            {
                if (source[i] != '%')
                    target.Add(source[i]);
                else if (i + 2 < source.Length && char.IsAsciiHexDigit((char)source[i + 1]) && char.IsAsciiHexDigit((char)source[i + 2]))
                    target.AddRange(Convert.FromHexString([(char)source[++i], (char)source[++i]]));
                else
                    return false;
            }
            decoded = Strict.GetString([.. target]);
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
