using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Rekey.Testing.Tds;

/// <summary>One client's session: agreed on, logged in, and then one request after the other until somebody ends it.</summary>
internal sealed class TdsSession(TdsServer server, Socket socket, int id) : IDisposable
{
    private const byte BeginTransaction = 5;
    private const byte CommitTransaction = 7;

    private readonly NetworkStream _network = new(socket, ownsSocket: true);
    private readonly byte[] _transaction = BitConverter.GetBytes((long)id);
    private Stream _stream = Stream.Null;

    /// <summary>Who is logged in; null before.</summary>
    public string? User { get; private set; }

    public bool IsEncrypted => _stream is SslStream;

    public async Task ServeAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await EnterAsync(cancellationToken))
                await AnswerAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException)
        {
            // The client has gone, or was sent away.
        }
    }

    /// <summary>Breaks the session off without a word.</summary>
    public void Dispose()
    {
        socket.Close(timeout: 0);
        _network.Dispose();
    }

    private async Task<bool> EnterAsync(CancellationToken cancellationToken)
    {
        if (await TdsMessage.ReadAsync(_network, cancellationToken) is not { Type: TdsMessageType.Prelogin } prelogin)
            return false;
        var (answer, agreed) = TdsPrelogin.Answer(prelogin.Body, server.Encryption);
        await TdsMessage.WriteAsync(_network, TdsMessageType.Answer, answer, cancellationToken);
        _stream = agreed is TdsEncryption.None ? _network : await EncryptAsync(cancellationToken);

        if (await TdsMessage.ReadAsync(_stream, cancellationToken) is not { Type: TdsMessageType.Login } message)
            return false;
        if (agreed is TdsEncryption.Login)
            _stream = _network;
        var login = TdsLogin.Read(message.Body);
        if (server.Check(login) is { } fault)
        {
            await WriteAsync(new TdsTokens().Refused(fault), cancellationToken);
            return false;
        }
        User = login.User;
        await WriteAsync(new TdsTokens().Accepted(login.Database), cancellationToken);
        return true;
    }

    private async Task<Stream> EncryptAsync(CancellationToken cancellationToken)
    {
        var handshake = new TdsHandshakeStream(_network);
        var encrypted = new SslStream(handshake);
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificate = TdsCertificate.SelfSigned,
            // The tickets of TLS 1.3 follow its handshake, where the client no longer looks for wrapped records.
            EnabledSslProtocols = SslProtocols.Tls12,
        };
        await encrypted.AuthenticateAsServerAsync(options, cancellationToken);
        handshake.IsOver = true;
        return encrypted;
    }

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        var message = await TdsMessage.ReadAsync(_stream, cancellationToken);
        while (message is not null)
        {
            var tokens = new TdsTokens();
            if (message.ResetsSession)
            {
                server.CountReset();
                tokens.SessionReset();
            }
            switch (message.Type)
            {
                case TdsMessageType.Batch or TdsMessageType.Call:
                    message = await RunAsync(TdsRequest.Read(User!, message), tokens, cancellationToken);
                    continue;
                case TdsMessageType.Transaction:
                    await WriteAsync(Transact(message, tokens), cancellationToken);
                    break;
                case TdsMessageType.Attention:
                    await WriteAsync(tokens.Cancelled(), cancellationToken); // it came after the answer
                    break;
                default:
                    return;
            }
            message = await TdsMessage.ReadAsync(_stream, cancellationToken);
        }
    }

    // Reads on while a statement runs: the client may change its mind. Returns the message after it.
    private async Task<TdsMessage?> RunAsync(TdsRequest request, TdsTokens tokens, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var next = TdsMessage.ReadAsync(_stream, cancellationToken);
        var answer = server.AnswerAsync(request, stop.Token);
        if (await Task.WhenAny(answer, next) == next && await next is null or { Type: TdsMessageType.Attention })
        {
            server.CountCancelled();
            await stop.CancelAsync();
        }
        try
        {
            var given = await answer;
            await WriteAsync(tokens.Answer(given, request.IsCall), cancellationToken);
            return given is TdsFault { Severity: >= 20 } ? null : await next;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return await next; // an attention is answered in its turn
        }
    }

    private TdsTokens Transact(TdsMessage message, TdsTokens tokens)
    {
        // Behind the headers, whose length stands first.
        var kind = message.Body[BitConverter.ToInt32(message.Body)];
        server.Note(User!, kind switch { BeginTransaction => "begin", CommitTransaction => "commit", _ => "rollback" });
        return kind is BeginTransaction ? tokens.TransactionBegun(_transaction) : tokens.TransactionEnded(_transaction, kind is CommitTransaction);
    }

    private Task WriteAsync(TdsTokens tokens, CancellationToken cancellationToken) =>
        TdsMessage.WriteAsync(_stream, TdsMessageType.Answer, tokens.Written, cancellationToken);
}
