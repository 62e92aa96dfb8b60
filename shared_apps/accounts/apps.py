from django.apps import AppConfig, apps

# Tables of allauth that would stay empty: links are ours (`proofs`), and providers' tokens are not kept.
_UNUSED = (("account", "emailconfirmation"), ("socialaccount", "socialtoken"))


class AccountsConfig(AppConfig):
    name = "shared_apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Leave out what carries nothing: no table of it in any schema."""
        for label, model in _UNUSED:
            apps.all_models[label].pop(model, None)
        apps.clear_cache()
