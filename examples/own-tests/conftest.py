pytest_plugins = ["piwigo_contract.fixtures"]
