"""What happened to connections, links and directories, in sentences."""

SENTENCES = {
    "connection.create": "{who} added the connection {name} for signing in",
    "connection.update": "{who} changed the connection {name} for signing in",
    "connection.switch": "{who} switched the connection {name} on or off",
    "connection.enforce": "{who} changed whether people have to sign in with {name}",
    "connection.try": "{who} tried the connection {name}",
    "connection.groups": "{who} changed which groups of {name} give which role",
    "connection.refresh": "The provider of {name} changed its sign-in address or certificates, which are followed",
    "connection.remove": "{who} took the connection {name} for signing in away",
    "sso.join": "{name} came in with {connection} for the first time, and has an account now",
    "sso.link": "{name} can sign in with {connection} now",
    "sso.unlink": "{who} does not sign in with {connection} any more",
    "sso.release": "{who} took from {name} that they sign in with {connection}",
    "sso.role.full": "The groups of {name} give another role, for which the plan has no room",
    "directory.create": "{who} made an account for {name}",
    "directory.update": "{who} changed the account of {name}",
}
