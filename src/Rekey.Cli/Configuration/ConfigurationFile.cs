namespace Rekey.Cli.Configuration;

/// <summary>Reads the bytes of the configuration, bounded, and says in our words why it cannot.</summary>
internal static class ConfigurationFile
{
    /// <summary>Null when the file does not exist.</summary>
    public static byte[]? Read(string path, ProblemList problems)
    {
        try
        {
            if (Directory.Exists(path))
                return Refuse("The path is a folder, not a file.", problems);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
            return ReadAll(file, problems);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return Refuse("The file may not be read by this user.", problems);
        }
        catch (Exception e) when (e is IOException or NotSupportedException or ArgumentException)
        {
            return Refuse($"The file cannot be read ({e.GetType().Name}).", problems);
        }
    }

    // A device or a growing file says nothing true about its length: what is read counts.
    private static byte[] ReadAll(FileStream file, ProblemList problems)
    {
        var buffer = new byte[ConfigurationText.MaxBytes + 1];
        var length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return length <= ConfigurationText.MaxBytes ? buffer[..length] : Refuse($"The file is larger than {ConfigurationText.MaxBytes} bytes.", problems);
    }

    private static byte[] Refuse(string why, ProblemList problems)
    {
        problems.Add("", why);
        return [];
    }
}
