import NetworkTypes

/// Where the server listens: a loopback address with a port, or a socket file.
///
/// Anything else is refused: whoever reaches the store may do everything, until TLS and roles are in.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    enum Value: Hashable, Sendable {
        case endpoint(IPEndpoint)
        case socket(path: String)
    }

    let value: Value

    /// Reads `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/weft/store.sock`; port 0 lets the kernel choose one.
    /// - Throws: ``ServerError``, in a sentence for the operator.
    public init(_ text: String) throws(ServerError) {
        if text.hasPrefix("unix:") {
            let path = String(text.dropFirst("unix:".count))
            guard path.hasPrefix("/") else {
                throw ServerError(
                    "can't listen on \"\(text)\": the path must be absolute, as unix:/run/weft/store.sock"
                )
            }
            // sockaddr_un has 108 bytes for the path and its end.
            guard path.utf8.count < 108 else {
                throw ServerError("can't listen on \"\(text)\": the path must be shorter than 108 bytes")
            }
            value = .socket(path: path)
            return
        }
        guard let endpoint = IPEndpoint(text) else {
            throw ServerError(
                "can't listen on \"\(text)\": give an address and a port, as 127.0.0.1:8080, [::1]:8080 or unix:/path"
            )
        }
        guard endpoint.address.isLoopback else {
            throw ServerError(
                "can't listen on \(text): only loopback addresses and unix:/path are allowed, because the store has "
                    + "neither TLS nor roles yet; use 127.0.0.1, [::1] or a socket, and a tunnel from elsewhere"
            )
        }
        value = .endpoint(endpoint)
    }

    /// As it was given.
    public var description: String {
        switch value {
        case .endpoint(let endpoint): endpoint.description
        case .socket(let path): "unix:\(path)"
        }
    }
}
